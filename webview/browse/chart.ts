import type { Candle, Candles, ShowBrowsed } from '../../src/protocol/browse';
import { element } from '../parts/element';
import { type Break, breaksIn, Places } from './breaks';
import { breakLine, candleLine, clock, lengthOf, spanText } from './texts';

/** Most candles at a time. */
const MOST = 300;
const [HEIGHT, AXIS, FOOT, VOLUME, HEAD] = [260, 64, 20, 44, 16];
const DAY = 86_400_000;

/** Candles of a stretch of time, which the keyboard, the wheel and buttons move and zoom. */
export class CandleChart {
  readonly node: HTMLElement;
  readonly #shown: ShowBrowsed;
  readonly #ask: (from: number, to: number, most: number) => void;
  readonly #canvas = document.createElement('canvas');
  readonly #caption = element('figcaption', 'summary');
  #from: number;
  #to: number;
  #drawn: Candles | undefined;

  constructor(shown: ShowBrowsed, ask: (from: number, to: number, most: number) => void) {
    this.#shown = shown;
    this.#ask = ask;
    const { start = 0, end = 0, rows } = shown.file;
    this.#to = end + 1;
    this.#from = Math.max(start, end - (end - start) * Math.min(1, MOST / Math.max(1, rows)));
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.addEventListener('keydown', (event) => { this.#key(event); });
    this.#canvas.addEventListener('mousemove', (event) => { this.#point(event.offsetX); });
    this.#caption.setAttribute('aria-live', 'polite');
    const { words } = shown;
    const button = (text: string, act: () => void): HTMLElement => {
      const made = element('button', '', text);
      made.addEventListener('click', act);
      return made;
    };
    const tools = element('div', 'tools',
      button(words.Earlier, () => { this.#move(-0.5); }), button(words.Later, () => { this.#move(0.5); }),
      button(words['Zoom in'], () => { this.#zoom(0.5); }), button(words['Zoom out'], () => { this.#zoom(2); }),
      button(words.All, () => { this.#show(start, end + 1); }), button(words.Latest, () => { this.#show(end + 1 - (this.#to - this.#from), end + 1); }));
    this.node = element('figure', 'candles', tools, this.#canvas, this.#caption);
    new ResizeObserver(() => { this.#draw(); }).observe(this.node);
    // The colours are those of the theme, which may change.
    new MutationObserver(() => { this.#draw(); }).observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.#show(this.#from, this.#to);
  }

  take(drawn: Candles): void {
    // An answer to what is no longer in view is passed over.
    if (drawn.from !== this.#from || drawn.to !== this.#to) return;
    this.#drawn = drawn;
    this.node.removeAttribute('aria-busy');
    this.#draw();
  }

  /** Brings an instant, unix ms UTC, to the left edge. */
  goTo(instant: number): void {
    this.#show(instant, instant + this.#to - this.#from);
  }

  #move(share: number): void {
    const by = (this.#to - this.#from) * share;
    this.#show(this.#from + by, this.#to + by);
  }

  #zoom(factor: number): void {
    const [middle, half] = [(this.#from + this.#to) / 2, ((this.#to - this.#from) / 2) * factor];
    this.#show(middle - half, middle + half);
  }

  /** Keeps the stretch within the file's. */
  #show(from: number, to: number): void {
    const { start = 0, end = 0 } = this.#shown.file;
    const length = Math.min(Math.max(1000, to - from), end + 1 - start);
    this.#from = Math.round(Math.min(Math.max(start, from), end + 1 - length));
    this.#to = Math.round(this.#from + length);
    this.node.setAttribute('aria-busy', 'true');
    this.#ask(this.#from, this.#to, MOST);
  }

  #key(event: KeyboardEvent): void {
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => { this.#move(-0.25); }, ArrowRight: () => { this.#move(0.25); }, '+': () => { this.#zoom(0.5); }, '-': () => { this.#zoom(2); },
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  #point(x: number): void {
    const candles = this.#drawn?.candles ?? [];
    const plot = this.#canvas.clientWidth - AXIS;
    const found = new Places(candles.length, breaksIn(candles), plot).at(x);
    if (typeof found === 'number') this.#caption.textContent = candleLine(candles[found]!, this.#shown);
    else if (found !== undefined) this.#caption.textContent = breakLine(found, this.#shown);
  }

  #draw(): void {
    if (this.#drawn === undefined) return;
    const { candles, step } = this.#drawn;
    const text = candles.length === 0 ? this.#shown.words['No bars in this stretch.'] : spanText(candles, step, this.#shown);
    this.#caption.textContent = text;
    this.#canvas.setAttribute('aria-label', text);
    paint(this.#canvas, candles, this.#shown.zone);
  }
}

function paint(canvas: HTMLCanvasElement, candles: readonly Candle[], zone: string): void {
  const [width, ratio] = [canvas.clientWidth, devicePixelRatio];
  canvas.width = width * ratio;
  canvas.height = HEIGHT * ratio;
  const pen = canvas.getContext('2d');
  if (pen === null || candles.length === 0) return;
  pen.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name);
  const [plot, ground] = [width - AXIS, HEIGHT - FOOT - (candles.some(([, , , , , volume]) => volume !== null) ? VOLUME : 0)];
  const [least, most] = [Math.min(...candles.map(([, , , low]) => low)), Math.max(...candles.map(([, , high]) => high))];
  const y = (price: number): number => HEAD + (1 - (price - least) / (most - least || 1)) * (ground - HEAD - 6);
  const breaks = breaksIn(candles);
  const places = new Places(candles.length, breaks, plot);
  const { slot } = places;
  pen.font = `11px ${style.fontFamily}`;
  grid(pen, { least, most, y, plot, colour: colour('--label'), line: colour('--line') });
  const busiest = Math.max(1, ...candles.map(([, , , , , volume]) => volume ?? 0));
  candles.forEach(([, open, high, low, close, volume], at) => {
    const x = places.left(at) + slot / 2;
    const body = Math.max(1, slot * 0.7);
    pen.fillStyle = pen.strokeStyle = colour(close >= open ? '--up' : '--down');
    pen.fillRect(x - 0.5, y(high), 1, Math.max(1, y(low) - y(high)));
    const [top, height] = [y(Math.max(open, close)), Math.max(1, Math.abs(y(open) - y(close)))];
    // A rising candle is hollow where there is room, so that the two differ without their colours.
    if (close >= open && body > 4) {
      pen.clearRect(x - body / 2, top, body, height);
      pen.strokeRect(x - body / 2 + 0.5, top + 0.5, body - 1, Math.max(0.5, height - 1));
    } else pen.fillRect(x - body / 2, top, body, height);
    pen.globalAlpha = 0.5;
    const tall = ((volume ?? 0) / busiest) * (VOLUME - 6);
    pen.fillRect(x - body / 2, HEIGHT - FOOT - tall, body, tall);
    pen.globalAlpha = 1;
  });
  times(pen, candles, { places, plot, colour: colour('--label'), zone });
  marks(pen, breaks, places, colour('--label'));
}

interface Grid { readonly least: number; readonly most: number; readonly y: (price: number) => number; readonly plot: number; readonly colour: string; readonly line: string }

function grid(pen: CanvasRenderingContext2D, { least, most, y, plot, colour, line }: Grid): void {
  const rough = (most - least || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)!;
  for (let price = Math.ceil(least / step) * step; price <= most; price += step) {
    pen.fillStyle = line;
    pen.fillRect(0, Math.round(y(price)), plot, 1);
    pen.fillStyle = colour;
    pen.fillText(price.toLocaleString('en-US', { maximumFractionDigits: Math.max(0, 2 - Math.floor(Math.log10(step))) }), plot + 6, y(price) + 4);
  }
}

function times(pen: CanvasRenderingContext2D, candles: readonly Candle[], { places, plot, colour, zone }: { places: Places; plot: number; colour: string; zone: string }): void {
  const span = candles.at(-1)![0] - candles[0]![0];
  const every = Math.ceil(candles.length / Math.max(1, Math.floor(plot / 110)));
  pen.fillStyle = colour;
  for (let at = 0; at < candles.length; at += every) pen.fillText(span > 4 * DAY ? clock(candles[at]![0], zone).slice(0, 10) : clock(candles[at]![0], zone).slice(5), places.left(at), HEIGHT - 5);
}

/** A dashed line where there are no bars, and for how long where there is room to say it. */
function marks(pen: CanvasRenderingContext2D, breaks: readonly Break[], places: Places, colour: string): void {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.setLineDash([3, 3]);
  let said = -Infinity;
  for (const { before, from, to } of breaks) {
    const x = Math.round(places.left(before) - places.room / 2) + 0.5;
    pen.beginPath();
    pen.moveTo(x, 14);
    pen.lineTo(x, HEIGHT - FOOT);
    pen.stroke();
    const length = lengthOf(to - from);
    const width = pen.measureText(length).width;
    const left = Math.max(0, x - width / 2);
    if (left < said + 6) continue;
    pen.fillText(length, left, 10);
    said = left + width;
  }
  pen.setLineDash([]);
}
