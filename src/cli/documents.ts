import type { DocumentChanges, DocumentPart } from '../protocol/rpc';

interface Document {
  text: string;
  /** Undefined while parts of it are still to come. */
  version: number | undefined;
}

/** The texts that an editor has handed over. What does not fit what is here is dropped: the editor hands it over again. */
export class Documents {
  readonly #open = new Map<string, Document>();

  take({ document, text, first, version }: DocumentPart): void {
    if (first) this.#open.set(document, { text: '', version: undefined });
    const open = this.#open.get(document);
    if (open === undefined) return;
    open.text += text;
    open.version = version;
  }

  change({ document, from, version, changes }: DocumentChanges): void {
    const open = this.#open.get(document);
    if (open?.version !== from) {
      this.#open.delete(document);
      return;
    }
    for (const { offset, length, text } of changes) open.text = open.text.slice(0, offset) + text + open.text.slice(offset + length);
    open.version = version;
  }

  close(document: string): void {
    this.#open.delete(document);
  }

  text(document: string, version: number): string | undefined {
    const open = this.#open.get(document);
    return open?.version === version ? open.text : undefined;
  }
}
