import type { Chapter } from './chapter';
import { commands } from './commands';
import { damage } from './damage';
import { exports } from './exports';
import { holes } from './holes';
import { keyboard } from './keyboard';
import { months } from './months';
import { safety } from './safety';
import { sample } from './sample';
import { window } from './window';

export const CHAPTERS: readonly Chapter[] = [sample, safety, commands, exports, months, keyboard, holes, damage, window];
