import type { Care } from '../../src/protocol/dashboard';
import { button, element, marked, renew } from '../parts/element';
import { icon } from '../parts/icon';
import { List } from '../parts/list';
import { counted, type Context } from './context';

/** What is wrong, the worst first, each with the one click that begins what mends it. */
export class Cares {
  readonly node: HTMLElement;
  readonly #context: Context;
  readonly #list: List<Care>;
  readonly #heading: HTMLElement;
  readonly #head = element('div', '');
  readonly #foot = element('div', '');
  #cares: readonly Care[] = [];

  constructor(context: Context) {
    this.#context = context;
    const { say, tell } = context;
    const mend = ({ file, at, remedy }: Care): void => { tell(remedy === undefined ? { type: 'open', file } : { type: 'mend', file, at }); };
    this.#list = new List({
      label: say('Needs care'), rowHeight: 58, keyOf: ({ file, at }) => `${file} ${at}`, choose: mend,
      columns: [
        { name: 'health', heading: say('Health'), hidden: true, cell: ({ severity }) => [icon(severity, say(severity))] },
        { name: 'what', heading: say('Needs care'), cell: ({ file, files, message }) => [element('div', 'name', files === 1 ? file : say('{0} and {1} more', file, (files - 1).toLocaleString('en-US'))), marked('div', { class: 'message', title: message }, message)] },
        { name: 'act', heading: say('What to do'), hidden: true, cell: (care) => (care.remedy === undefined ? [] : [titled(button('secondary', () => { mend(care); }, care.remedy.title), care.remedy.command)]) },
      ],
    });
    this.#heading = element('h2', '', say('Needs care'));
    this.node = element('section', 'cares', this.#heading, this.#head, this.#foot);
  }

  show(cares: readonly Care[]): void {
    this.#cares = cares;
    this.#show();
  }

  #show(): void {
    const { say, remembered, remember } = this.#context;
    const remarks = total(this.#cares.filter(({ severity }) => severity === 'info'));
    const shown = remembered().remarks ? this.#cares : this.#cares.filter(({ severity }) => severity !== 'info');
    this.#heading.replaceChildren(say('Needs care'), ...(shown.length === 0 ? [] : [element('span', 'count', total(shown).toLocaleString('en-US'))]));
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.checked = remembered().remarks;
    box.setAttribute('aria-label', say('Show remarks too'));
    box.addEventListener('change', () => {
      remember({ remarks: box.checked });
      this.#show();
    });
    const toggle = element('label', 'toggle', box, remembered().remarks ? say('Show remarks too') : `${say('Show remarks too')} · ${counted(say, remarks, '1 remark is not shown.', '{0} remarks are not shown.')}`);
    // A list that is taken out and put back forgets how far it was gone through.
    if (shown.length === 0) this.#head.replaceChildren(element('p', 'well', icon('good'), say('Nothing needs care.')));
    else if (this.#list.node.parentNode !== this.#head) this.#head.replaceChildren(this.#list.node);
    renew(this.#foot, ...(remarks === 0 ? [] : [toggle]));
    if (shown.length > 0) this.#list.show(shown);
  }
}

/** How many there are, those counted that stand there together. */
const total = (cares: readonly Care[]): number => cares.reduce((sum, { files }) => sum + files, 0);

function titled<Kind extends HTMLElement>(node: Kind, title: string): Kind {
  node.title = title;
  return node;
}
