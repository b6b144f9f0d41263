import { drawn, element } from './element';
import type { Columns, Scatter } from './model';

/** Small charts in SVG. Colours are classes, so that they follow the editor's theme. */

const WIDTH = 760;
const HEIGHT = 180;
const EDGE = { left: 44, right: 8, top: 8, bottom: 22 };
const PLOT = { width: WIDTH - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };

/** Labels that fit beside each other. */
const MOST_LABELS = 14;

export function columnChart({ labels, series, unit }: Columns): HTMLElement {
  const most = Math.max(1e-9, ...series.flatMap(({ values }) => values));
  const group = PLOT.width / Math.max(1, labels.length);
  const bar = (group * 0.8) / Math.max(1, series.length);
  const bars = series.flatMap(({ name, values }, which) =>
    values.map((value, at) => {
      const height = (value / most) * PLOT.height;
      const x = EDGE.left + group * (at + 0.1) + bar * which;
      return drawn('rect', { class: `series-${which}`, x, y: EDGE.top + PLOT.height - height, width: Math.max(0.5, bar - 0.5), height }, title(`${labels[at]!} · ${name}: ${value}${unit}`));
    }));
  const every = Math.ceil(labels.length / MOST_LABELS);
  const texts = labels.flatMap((label, at) => (at % every === 0 ? [drawn('text', { x: EDGE.left + group * (at + 0.5), y: HEIGHT - 6, class: 'label' }, label)] : []));
  return figure(series.map(({ name }) => name), [...grid([{ at: 0, label: `${round(most)}${unit}` }, { at: 0.5, label: `${round(most / 2)}${unit}` }, { at: 1, label: '0' }]), ...bars, ...texts]);
}

export function scatterChart({ times, series, least, most, marks }: Scatter): HTMLElement {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 1];
  const x = (time: number): number => EDGE.left + (last === first ? 0.5 : (time - first) / (last - first)) * PLOT.width;
  const share = (value: number): number => 1 - (value - least) / (most - least);
  // One path a series: thousands of points as elements would make the page slow.
  const paths = series.map(({ values }, which) =>
    drawn('path', { class: `points-${which}`, d: values.map((value, at) => `M${x(times[at]!).toFixed(1)} ${(EDGE.top + share(value) * PLOT.height).toFixed(1)}h.01`).join('') }));
  const day = (time: number): string => new Date(time * 1000).toISOString().slice(0, 10);
  const ends = times.length === 0 ? [] : [
    drawn('text', { x: EDGE.left, y: HEIGHT - 6, class: 'label start' }, day(first)),
    drawn('text', { x: WIDTH - EDGE.right, y: HEIGHT - 6, class: 'label end' }, day(last)),
  ];
  return figure(series.map(({ name }) => name), [...grid(marks.map(({ value, label }) => ({ at: share(value), label }))), ...paths, ...ends]);
}

/** @param lines `at`: share of the height from the top */
const grid = (lines: readonly { at: number; label: string }[]): SVGElement[] =>
  lines.flatMap(({ at, label }) => {
    const y = EDGE.top + at * PLOT.height;
    return [drawn('line', { class: 'grid', x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y, y2: y }), drawn('text', { class: 'label end', x: EDGE.left - 6, y: y + 3 }, label)];
  });

const title = (text: string): SVGElement => drawn('title', {}, text);
const round = (value: number): string => String(Number(value.toPrecision(3)));

function figure(names: readonly string[], content: readonly Node[]): HTMLElement {
  const legend = names.length < 2 ? [] : [element('figcaption', '', ...names.map((name, which) => element('span', `legend-${which}`, name)))];
  return element('figure', '', ...legend, drawn('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': names.join(', ') }, ...content));
}
