import type { Chapter } from './chapter';
import { commands } from './commands';
import { keyboard } from './keyboard';
import { months } from './months';
import { safety } from './safety';
import { sample } from './sample';

export const CHAPTERS: readonly Chapter[] = [sample, safety, commands, months, keyboard];
