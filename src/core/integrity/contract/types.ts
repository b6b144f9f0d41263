import { patternReader, readAnyTime, readDate, readDatetime, readTime, type Reader } from './time';

/** The types of Table Schema that are checked. */
export const TYPES = ['string', 'number', 'integer', 'boolean', 'date', 'time', 'datetime', 'year', 'yearmonth', 'object', 'array', 'any'] as const;
/** Those that are known, but whose cells are taken as they are. */
export const UNCHECKED_TYPES = ['geopoint', 'geojson', 'duration', 'list'] as const;
export type TypeName = (typeof TYPES)[number] | (typeof UNCHECKED_TYPES)[number];

/** What a field's descriptor says about its type. */
export interface TypeOptions {
  readonly format?: string | undefined;
  readonly trueValues?: readonly string[] | undefined;
  readonly falseValues?: readonly string[] | undefined;
  readonly decimalChar?: string | undefined;
  readonly groupChar?: string | undefined;
  readonly bareNumber?: boolean | undefined;
}

export interface Type {
  /** `a number`, `a date of the form %d/%m/%Y`: what a cell was expected to be. */
  readonly expected: string;
  /** True when values have an order and are compared as numbers; else as text. */
  readonly ordered: boolean;
  /** The value as a number (0 for text); undefined when the text is none of the type. */
  readonly read: Reader;
}

const TEXTS: Readonly<Record<string, readonly [expected: string, form: RegExp]>> = {
  email: ['an e-mail address', /^[^\s@]+@[^\s@]+\.[^\s@]+$/],
  uri: ['a URI', /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/],
  uuid: ['a UUID', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
  binary: ['Base64', /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/],
};

/** @returns the type, or why there is none such */
export function typeOf(name: TypeName, options: TypeOptions): Type | string {
  const { format = 'default' } = options;
  switch (name) {
    case 'string':
      return Object.hasOwn(TEXTS, format) ? ofForm(...TEXTS[format]!) : format === 'default' ? anything : `the format "${format}" of a string is not known`;
    case 'number':
      return { expected: 'a number', ordered: true, read: numberReader(options) };
    case 'integer':
      return { expected: 'a whole number', ordered: true, read: integerReader(options) };
    case 'boolean':
      return booleanType(options);
    case 'date':
      return timeType('a date', format, 'yyyy-MM-dd', readDate);
    case 'time':
      return timeType('a time of day', format, 'HH:mm:ss', readTime);
    case 'datetime':
      return timeType('a date and time', format, 'yyyy-MM-ddTHH:mm:ssZ', readDatetime);
    case 'year':
      return { expected: 'a year', ordered: true, read: (text) => (/^-?\d{4}$/.test(text) ? Number(text) : undefined) };
    case 'yearmonth':
      return { expected: 'a month of the form yyyy-MM', ordered: true, read: (text) => (/^\d{4}-\d\d$/.test(text) ? readDate(`${text}-01`) : undefined) };
    case 'object':
      return jsonType('a JSON object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value));
    case 'array':
      return jsonType('a JSON array', Array.isArray);
    case 'any':
    case 'geopoint':
    case 'geojson':
    case 'duration':
    case 'list':
      return anything;
  }
}

const anything: Type = { expected: 'text', ordered: false, read: () => 0 };

const ofForm = (expected: string, form: RegExp): Type => ({ expected, ordered: false, read: (text) => (form.test(text) ? 0 : undefined) });

function timeType(expected: string, format: string, usual: string, read: Reader): Type | string {
  if (format === 'default') return { expected: `${expected} of the form ${usual}`, ordered: true, read };
  if (format === 'any') return { expected, ordered: true, read: readAnyTime };
  const pattern = format.replace(/^fmt:/, '');
  if (!pattern.includes('%')) return `the format "${format}" is neither default, any nor a pattern such as %d/%m/%Y`;
  const reader = patternReader(pattern);
  return typeof reader === 'function' ? { expected: `${expected} of the form ${pattern}`, ordered: true, read: reader } : `${reader.unknown} in the format "${format}" is not known`;
}

function booleanType({ trueValues = ['true', 'True', 'TRUE', '1'], falseValues = ['false', 'False', 'FALSE', '0'] }: TypeOptions): Type {
  const values = new Map([...falseValues.map((text) => [text, 0] as const), ...trueValues.map((text) => [text, 1] as const)]);
  return { expected: `one of ${[...trueValues, ...falseValues].join(', ')}`, ordered: true, read: (text) => values.get(text) };
}

function jsonType(expected: string, isOf: (value: unknown) => boolean): Type {
  const read: Reader = (text) => {
    try {
      return isOf(JSON.parse(text)) ? 0 : undefined;
    } catch {
      return undefined;
    }
  };
  return { expected, ordered: false, read };
}

const SPECIAL = new Map([['NaN', NaN], ['INF', Infinity], ['-INF', -Infinity]]);

function numberReader({ decimalChar = '.', groupChar, bareNumber = true }: TypeOptions): Reader {
  return (text) => {
    if (SPECIAL.has(text)) return SPECIAL.get(text);
    const ungrouped = groupChar === undefined ? text : text.replaceAll(groupChar, '');
    const bare = bareNumber ? ungrouped : bareOf(ungrouped);
    const plain = decimalChar === '.' ? bare : bare.includes('.') ? '' : bare.replace(decimalChar, '.');
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain) ? Number(plain) : undefined;
  };
}

function integerReader({ groupChar, bareNumber = true }: TypeOptions): Reader {
  return (text) => {
    const ungrouped = groupChar === undefined ? text : text.replaceAll(groupChar, '');
    const plain = bareNumber ? ungrouped : bareOf(ungrouped);
    return /^[+-]?\d+$/.test(plain) ? Number(plain) : undefined;
  };
}

/** `$ 95` and `95%` → `95` */
const bareOf = (text: string): string => text.replace(/^[^\d.+-]+/, '').replace(/[^\d.]+$/, '');
