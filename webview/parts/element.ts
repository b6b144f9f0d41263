/** An element with its class ('' for none) and content. Text enters as text, never as markup. */
export function element(name: string, className: string, ...content: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...content);
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
