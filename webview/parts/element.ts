/** An element with its class ('' for none) and content. Text enters as text, never as markup. */
export function element(name: string, className: string, ...content: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...content);
  return made;
}

/** As `element`, with attributes. */
export function marked(name: string, attributes: Readonly<Record<string, string | number | boolean>>, ...content: (Node | string)[]): HTMLElement {
  const made = element(name, '', ...content);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** @param className besides the looks every button has */
export function button(className: string, act: () => void, ...content: (Node | string)[]): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  if (className !== '') made.className = className;
  made.append(...content);
  made.addEventListener('click', (event) => {
    event.stopPropagation();
    act();
  });
  return made;
}

/** Labels and values, one pair a line. */
export const factList = (facts: readonly (readonly [label: string, value: string])[]): HTMLElement =>
  element('dl', 'facts', ...facts.flatMap(([label, value]) => [element('dt', '', label), element('dd', '', value)]));

/** A table with a heading a column; `numbers` are the columns whose headings stand right. */
export function table(headings: readonly string[], rows: readonly HTMLElement[], numbers: readonly number[] = []): HTMLElement {
  const head = headings.map((heading, at) => {
    const cell = element('th', numbers.includes(at) ? 'number' : '', heading);
    cell.setAttribute('scope', 'col');
    return cell;
  });
  return element('table', '', element('thead', '', element('tr', '', ...head)), element('tbody', '', ...rows));
}

/** Fills a part of the page anew; what had the keyboard goes on to have it, by its name. */
export function renew(node: HTMLElement, ...content: readonly (Node | string)[]): void {
  const held = document.activeElement instanceof HTMLElement && node.contains(document.activeElement) ? nameOf(document.activeElement) : undefined;
  node.replaceChildren(...content);
  if (held !== undefined) [...node.querySelectorAll<HTMLElement>('button, input, [tabindex]')].find((each) => nameOf(each) === held)?.focus({ preventScroll: true });
}

const nameOf = (node: HTMLElement): string => `${node.tagName} ${node.getAttribute('aria-label') ?? node.textContent}`;
