/** Numbers and dates as ASCII digits, written straight into bytes. */

const ZERO = 48;
const POWERS = Array.from({ length: 16 }, (_, places) => 10 ** places);
const INT = 2 ** 31;

/** `value` with `places` digits, zeros before it. @returns where it ends */
export function writePadded(bytes: Uint8Array, at: number, value: number, places: number): number {
  let rest = value;
  for (let i = at + places - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    bytes[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return at + places;
}

/**
 * A finite number with at least so many decimals; with as many more as it takes to read back the same double. Never with
 * an exponent. @returns where it ends
 */
export function writeDecimal(bytes: Uint8Array, at: number, value: number, decimals: number): number {
  const size = Math.abs(value);
  const power = POWERS[decimals]!;
  const scaled = Math.round(size * power);
  // A quotient of two exact integers is the double nearest to the decimal: reading the digits gives it back.
  if (scaled >= INT || scaled / power !== size) return writeText(bytes, at, plain(value, decimals));
  if (value < 0) bytes[at++] = MINUS;
  const whole = (scaled / power) | 0;
  at = writeWhole(bytes, at, whole);
  if (decimals === 0) return at;
  bytes[at++] = POINT;
  return writePadded(bytes, at, scaled - whole * power, decimals);
}

const MINUS = 45;
const POINT = 46;

function writeWhole(bytes: Uint8Array, at: number, value: number): number {
  let places = 1;
  while (value >= POWERS[places]!) places++;
  return writePadded(bytes, at, value, places);
}

/** The shortest decimal that reads back as the same double, without exponent, with zeros up to so many decimals. */
function plain(value: number, decimals: number): string {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toString().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const before = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const after = (point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits).padEnd(decimals, '0');
  return `${value < 0 ? '-' : ''}${before}${after === '' ? '' : `.${after}`}`;
}

/** ASCII text. @returns where it ends */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
  return at;
}

/** The decimals in which every multiple of a step can be written: 0.25 → 2. */
export function decimalsOf(step: number): number {
  const found = POWERS.findIndex((power) => Number.isInteger(Math.round(step * power * 1e6) / 1e6));
  return found < 0 ? POWERS.length - 1 : found;
}
