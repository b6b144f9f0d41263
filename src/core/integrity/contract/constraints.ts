import * as z from 'zod';
import type { Matching } from './pattern';
import type { Type } from './types';

const limit = z.union([z.number(), z.string()]);
const length = z.int().nonnegative();

/** The constraints of a field; what is not known is kept, to be spoken of. */
export const CONSTRAINTS = z.looseObject({
  required: z.boolean().optional(),
  unique: z.boolean().optional(),
  enum: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1).optional(),
  pattern: z.string().optional(),
  minimum: limit.optional(),
  maximum: limit.optional(),
  exclusiveMinimum: limit.optional(),
  exclusiveMaximum: limit.optional(),
  minLength: length.optional(),
  maxLength: length.optional(),
});
export type Constraints = z.infer<typeof CONSTRAINTS>;

/** @returns what was expected; undefined when the value is as it should be */
type Constraint = (text: string, value: number) => string | undefined;

const LIMITS = {
  minimum: ['at least', (value: number, bound: number) => value >= bound],
  maximum: ['at most', (value: number, bound: number) => value <= bound],
  exclusiveMinimum: ['above', (value: number, bound: number) => value > bound],
  exclusiveMaximum: ['below', (value: number, bound: number) => value < bound],
} as const;

/** @param refuse told what is wrong in the schema @param pass told what is not checked */
export function constraintsOf(constraints: Constraints, type: Type, matching: Matching, refuse: (why: string) => void, pass: (what: string) => void): Constraint {
  const all = [enumOf(constraints, type, refuse), patternOf(constraints, matching, refuse, pass), lengthOf(constraints), ...limitsOf(constraints, type, refuse, pass)].filter((constraint) => constraint !== undefined);
  for (const name of Object.keys(constraints)) if (!Object.hasOwn(CONSTRAINTS.shape, name)) pass(`the constraint ${name} is not checked`);
  return (text, value) => {
    for (const constraint of all) {
      const expected = constraint(text, value);
      if (expected !== undefined) return expected;
    }
    return undefined;
  };
}

function enumOf({ enum: values }: Constraints, type: Type, refuse: (why: string) => void): Constraint | undefined {
  if (values === undefined) return undefined;
  const texts = values.map(String);
  const expected = `one of ${texts.join(', ')}`;
  if (!type.ordered) return (text) => (texts.includes(text) ? undefined : expected);
  const numbers = texts.map((text, at) => (typeof values[at] === 'number' ? values[at] : type.read(text)));
  const stranger = texts.find((_, at) => numbers[at] === undefined);
  if (stranger !== undefined) refuse(`"${stranger}" in enum is not ${type.expected}`);
  return (_text, value) => (numbers.includes(value) ? undefined : expected);
}

function patternOf({ pattern }: Constraints, matching: Matching, refuse: (why: string) => void, pass: (what: string) => void): Constraint | undefined {
  if (pattern === undefined) return undefined;
  try {
    const matches = matching(pattern);
    if (matches !== undefined) return (text) => (matches(text) ? undefined : `text of the form ${pattern}`);
    pass(`the pattern ${pattern} is not checked: matching it could take forever`);
  } catch (error) {
    refuse(`pattern: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

function lengthOf({ minLength = 0, maxLength = Infinity }: Constraints): Constraint | undefined {
  if (minLength === 0 && maxLength === Infinity) return undefined;
  const span = minLength === maxLength ? `${minLength}` : maxLength === Infinity ? `at least ${minLength}` : `${minLength} to ${maxLength}`;
  return (text) => {
    const characters = Array.from(text).length;
    return characters >= minLength && characters <= maxLength ? undefined : `${span} characters`;
  };
}

function limitsOf(constraints: Constraints, type: Type, refuse: (why: string) => void, pass: (what: string) => void): Constraint[] {
  return (Object.keys(LIMITS) as (keyof typeof LIMITS)[]).flatMap((name) => {
    const given = constraints[name];
    if (given === undefined) return [];
    if (!type.ordered) {
      pass(`${name} is not checked: it is for numbers and times`);
      return [];
    }
    const bound = typeof given === 'number' ? given : type.read(given);
    if (bound === undefined) {
      refuse(`${name} "${given}" is not ${type.expected}`);
      return [];
    }
    const [words, holds] = LIMITS[name];
    return [(_text, value) => (holds(value, bound) ? undefined : `${type.expected}, ${words} ${given}`)];
  });
}
