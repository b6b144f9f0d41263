import { derive } from './derive';
import { exporting } from './export';
import { fleet } from './fleet';
import { featureBench } from './features';
import { integrity, integrityBig } from './integrity';
import { monthly } from './monthly';
import { print, type Bench } from './figure';
import { store } from './store';

/** `npm run bench -- NAME…`: prints a line per figure and exits 1 when one falls short of its bound. */
const BENCHES: Readonly<Record<string, Bench>> = {
  derive,
  export: exporting,
  features: featureBench,
  fleet,
  integrity,
  'integrity-1gb': integrityBig,
  monthly,
  store,
};

async function run(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
  if (names.length === 0 || unknown.length > 0) {
    console.error(`usage: npm run bench -- NAME…\nbenches: ${Object.keys(BENCHES).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  for (const name of names) {
    for await (const figure of BENCHES[name]!()) if (!print(name, figure)) process.exitCode = 1;
  }
}

void run(process.argv.slice(2));
