import type { Workbench } from '../workbench';

export type Step = readonly [title: string, run: () => Promise<void> | void];

/** Where the steps of a chapter are taken. */
export interface Scene {
  readonly workbench: Workbench;
  /** The workbench on the chapter's folder. */
  readonly url: string;
  readonly folder: string;
}

export interface Chapter {
  readonly name: string;
  /** Puts into the folder what is there before the user comes. */
  readonly prepare?: (folder: string) => void;
  readonly steps: (scene: Scene) => readonly Step[];
}
