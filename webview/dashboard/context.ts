import type { Coverage, DayCoverage } from '../../src/protocol/coverage';
import type { DashboardWord, FromDashboard } from '../../src/protocol/dashboard';
import type { Category } from '../../src/protocol/inventory';
import type { Order } from '../parts/list';
import { fill } from '../parts/words';

/** What the page remembers over a reload of the window. */
export interface Remembered {
  readonly tab: Category;
  readonly filter: string;
  readonly order?: Order | undefined;
  readonly scrolled: number;
  readonly remarks: boolean;
  /** The file whose coverage is shown, and how far it was gone into. */
  readonly file?: string | undefined;
  readonly year?: number | undefined;
  readonly day?: string | undefined;
}

export const BEGINNING: Remembered = { tab: 'market', filter: '', scrolled: 0, remarks: false };

/** What every part of the page works with. */
export interface Context {
  readonly zone: string;
  readonly say: (word: DashboardWord, ...values: readonly (string | number)[]) => string;
  readonly tell: (message: FromDashboard) => void;
  readonly remembered: () => Remembered;
  readonly remember: (change: Partial<Remembered>) => void;
}

export const speaker = (words: Readonly<Record<DashboardWord, string>>): Context['say'] => (word, ...values) => fill(words[word], ...values);

/** One phrase for 1, another for any other number. */
export const counted = (say: Context['say'], value: number, one: DashboardWord, many: DashboardWord): string => (value === 1 ? say(one, 1) : say(many, value.toLocaleString('en-US')));

/** The coverage that is shown. */
export interface Covering {
  readonly coverage: Coverage;
  readonly day?: DayCoverage | undefined;
}
