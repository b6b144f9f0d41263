import { seededRandom } from '../../src/core/base/random';

/**
 * A fleet on paper: workers take months from one queue, process and publish them, die and come back; the store and the
 * queue can do so much a second and no more. Event by event, with a seed: the same numbers give the same outcome everywhere.
 */
export interface Fleet {
  readonly workers: number;
  readonly months: number;
  /** Seconds one worker computes on a month. */
  readonly compute: number;
  /** Bytes a month moves, down and up (the result is read back once). */
  readonly bytes: number;
  /** Bytes a second: of one worker's network, and of the store for all. */
  readonly network: number;
  readonly store: number;
  /** Commands a second the queue's server carries out, and what a month and a renewed lease cost. */
  readonly queue: { readonly perSecond: number; readonly perMonth: number; readonly perRenewal: number };
  /** Seconds without a sign of life until a month goes to another worker. */
  readonly lease: number;
  /** Failures: deaths per worker and hour, seconds until a new worker takes its place, share of months that fail once for the store. */
  readonly deathsPerHour: number;
  readonly replacement: number;
  /** Share of those that are no deaths: the worker only falls silent, and ends its month after another has taken it. */
  readonly silent: number;
  readonly passing: number;
  /** Seconds a month waits after a passing failure. */
  readonly retryWait: number;
  readonly seed: number;
}

export interface FleetOutcome {
  readonly hours: number;
  /** Every month exactly once. */
  readonly published: number;
  /** Months whose second worker found them published and did nothing. */
  readonly foundPublished: number;
  readonly deaths: number;
  readonly retries: number;
  /** Of the time workers were there, the share they computed or moved bytes for what was published. */
  readonly useful: number;
  /** The share of the store's and of the queue's capacity that was used. */
  readonly storeLoad: number;
  readonly queueLoad: number;
}

interface Event {
  readonly at: number;
  readonly worker: number;
  readonly kind: 'end' | 'death' | 'return' | 'offer';
  readonly month: number;
}

export function simulate(fleet: Fleet): FleetOutcome {
  const random = seededRandom(fleet.seed);
  const events = new Heap();
  const waiting = Array.from({ length: fleet.months }, (_none, month) => month);
  const tries = new Uint16Array(fleet.months);
  const published = new Uint8Array(fleet.months);
  const idle: number[] = [];
  let [deaths, retries, twice, done, now, useful] = [0, 0, 0, 0, 0, 0];
  // Workers share the store: each gets its network's speed, or its share of the store's.
  const speed = Math.min(fleet.network, fleet.store / Math.min(fleet.workers, fleet.months));
  const renewals = Math.min(fleet.workers, fleet.months) * fleet.queue.perRenewal / (fleet.lease / 2);
  const spare = Math.max(1, fleet.queue.perSecond - renewals);
  let queueFree = 0;

  const take = (worker: number): void => {
    const month = waiting.pop();
    if (month === undefined) {
      idle.push(worker);
      return;
    }
    // The queue serves one after the other.
    queueFree = Math.max(now, queueFree) + fleet.queue.perMonth / spare;
    const seconds = (fleet.compute + fleet.bytes / speed) * (0.8 + 0.4 * random());
    const passes = random() < fleet.passing && tries[month]! === 0;
    tries[month]!++;
    const life = -Math.log(1 - random()) * 3600 / fleet.deathsPerHour;
    const ends = queueFree + seconds * (passes ? random() : 1);
    if (life < ends - now) events.push({ at: now + life, worker, kind: 'death', month });
    else events.push({ at: ends, worker, kind: passes ? 'offer' : 'end', month });
  };
  const offer = (month: number): void => {
    waiting.push(month);
    const worker = idle.pop();
    if (worker !== undefined) take(worker);
  };

  for (let worker = 0; worker < fleet.workers; worker++) take(worker);
  for (let event = events.pop(); event !== undefined && done < fleet.months; event = events.pop()) {
    now = event.at;
    const { worker, month, kind } = event;
    if (kind === 'return' && worker < 0) {
      if (published[month] === 0) offer(month);
    }
    else if (kind === 'return') take(worker);
    else if (kind === 'end') {
      if (published[month] === 1) twice++;
      else done++;
      if (published[month] === 0) useful += fleet.compute + fleet.bytes / speed;
      published[month] = 1;
      take(worker);
    } else if (kind === 'offer') {
      retries++;
      events.push({ at: now + fleet.retryWait, worker: -1, kind: 'return', month });
      take(worker);
    } else {
      deaths++;
      // The queue gives the month to another; one that was silent only goes on, and both come to the end of it.
      events.push({ at: now + fleet.lease * (1 + random() / 2), worker: -1, kind: 'return', month });
      if (random() < fleet.silent) events.push({ at: now + fleet.lease * 2 + random() * (fleet.compute + fleet.bytes / speed), worker, kind: 'end', month });
      else events.push({ at: now + fleet.replacement, worker, kind: 'return', month: -1 });
    }
  }
  return {
    hours: now / 3600,
    published: done,
    foundPublished: twice,
    deaths,
    retries,
    useful: useful / (now * fleet.workers),
    storeLoad: (fleet.months * fleet.bytes) / now / fleet.store,
    queueLoad: Math.min(1, (renewals + (fleet.months * fleet.queue.perMonth) / now) / fleet.queue.perSecond),
  };
}

/** Events by time, those of the same time in the order they came. */
class Heap {
  readonly #items: { readonly event: Event; readonly order: number }[] = [];
  #count = 0;

  push(event: Event): void {
    const items = this.#items;
    items.push({ event, order: this.#count++ });
    for (let at = items.length - 1; at > 0 && this.#before(at, (at - 1) >> 1); at = (at - 1) >> 1) this.#swap(at, (at - 1) >> 1);
  }

  pop(): Event | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first?.event;
    items[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < items.length && this.#before(child, least)) least = child;
      if (least === at) return first.event;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const [first, second] = [this.#items[a]!, this.#items[b]!];
    return first.event.at < second.event.at || (first.event.at === second.event.at && first.order < second.order);
  }

  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#items[b]!, this.#items[a]!];
  }
}
