const SVG = 'http://www.w3.org/2000/svg';

/** Drawn on a field of 16 by 16, in the colour of the text around them. */
const PATHS = {
  good: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 13.5a5.5 5.5 0 1 1 0-11 5.5 5.5 0 0 1 0 11ZM7 9.3 4.9 7.2l-.7.7L7 10.7l4.8-4.8-.7-.7L7 9.3Z',
  info: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 13.5a5.5 5.5 0 1 1 0-11 5.5 5.5 0 0 1 0 11ZM7.5 7h1v4.5h-1V7Zm0-2.5h1v1.3h-1V4.5Z',
  warning: 'M8 1.6 1 14h14L8 1.6Zm0 2L13.3 13H2.7L8 3.6ZM7.5 7h1v3.2h-1V7Zm0 4h1v1.1h-1V11Z',
  error: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 13.5a5.5 5.5 0 1 1 0-11 5.5 5.5 0 0 1 0 11Zm2.3-8.5L8 7.3 5.7 5l-.7.7L7.3 8 5 10.3l.7.7L8 8.7l2.3 2.3.7-.7L8.7 8 11 5.7l-.7-.7Z',
  unread: 'M3.5 1.5h6L13 5v9.5H3.5v-13Zm1 1v11H12V6H8.5V2.5h-4Zm5 .4V5h2.1L9.5 2.9Z',
  waiting: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 11A5 5 0 1 1 8 3a5 5 0 0 1 0 10Z',
  working: 'M8 2a6 6 0 1 0 6 6h-1a5 5 0 1 1-5-5V2Z',
} as const;
export type IconName = keyof typeof PATHS;

/** @param label what it says; without one it is decoration */
export function icon(name: IconName, label?: string): SVGElement {
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('viewBox', '0 0 16 16');
  drawing.setAttribute('class', `icon ${name}`);
  if (label === undefined) drawing.setAttribute('aria-hidden', 'true');
  else {
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', label);
  }
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  drawing.append(path);
  return drawing;
}
