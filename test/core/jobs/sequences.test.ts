import { playSequence } from './sequences';

/** A share here; `npm run random` plays them all. */
const PLAYED = 25;

describe('jobs in random order', function () {
  this.timeout(3_600_000);

  it(`${PLAYED} sequences of import, update, restore and regenerate, some on failing disks: the master is always the model’s`, async () => {
    for (let seed = 1; seed <= PLAYED; seed++) await playSequence(seed);
  });
});
