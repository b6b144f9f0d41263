import { store } from '/work/main/test/bench/store';
import { print } from '/work/main/test/bench/figure';
void (async () => { for await (const f of store()) print('store', f); })();
