/** What was dropped, as text. */

/** The addresses in a list as RFC 2483 writes it: one a line, remarks after `#`. */
export const urisIn = (list: string): string[] => list.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));

/** By its name, a file that an import reads. */
export const isImportable = (path: string): boolean => /\.((csv|txt)(\.gz)?|dbn|dbn\.zst)(\.done)?$/i.test(path);
