import * as z from 'zod';
import { FIELDS_MATCHES, type Contract, type Field, type RowRule } from './contract';
import { constraintsOf, CONSTRAINTS } from './constraints';
import type { Matching } from './pattern';
import { typeOf, TYPES, UNCHECKED_TYPES } from './types';

/** Reading Table Schema descriptors (https://datapackage.org/standard/table-schema/, versions 1 and 2). */

const names = z.union([z.string().transform((name) => [name]), z.array(z.string()).min(1)]);
const missing = z.array(z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)]));

const FIELD = z.object({
  name: z.string(),
  type: z.enum([...TYPES, ...UNCHECKED_TYPES]).default('any'),
  format: z.string().optional(),
  constraints: CONSTRAINTS.default({}),
  missingValues: missing.optional(),
  trueValues: z.array(z.string()).min(1).optional(),
  falseValues: z.array(z.string()).min(1).optional(),
  decimalChar: z.string().length(1).optional(),
  groupChar: z.string().min(1).optional(),
  bareNumber: z.boolean().optional(),
});

const SCHEMA = z.object({
  fields: z.array(FIELD).min(1),
  fieldsMatch: z.union([z.enum(FIELDS_MATCHES), z.array(z.enum(FIELDS_MATCHES)).min(1).transform(([first]) => first!)]).default('equal'),
  missingValues: missing.default(['']),
  primaryKey: names.optional(),
  uniqueKeys: z.array(names).optional(),
  foreignKeys: z.array(z.unknown()).optional(),
});

type FieldDescriptor = z.infer<typeof FIELD>;

/**
 * @param descriptor the parsed JSON of a schema
 * @param name of the contract
 * @param matching how its patterns are matched
 * @returns the contract, or why the descriptor is no valid Table Schema
 */
export function contractOf(descriptor: unknown, name: string, matching: Matching, rules: readonly RowRule[] = []): Contract | string {
  const parsed = SCHEMA.safeParse(descriptor);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ');
  const { fields: described, fieldsMatch, missingValues, primaryKey, uniqueKeys = [], foreignKeys } = parsed.data;
  const keys = [...(primaryKey === undefined ? [] : [primaryKey]), ...uniqueKeys];
  const known = new Set(described.map((field) => field.name));
  const faults: string[] = known.size < described.length ? ['two fields have the same name'] : [];
  faults.push(...keys.flat().flatMap((key) => (known.has(key) ? [] : [`a key names "${key}", which is no field`])));
  const unsupported = foreignKeys === undefined ? [] : ['foreignKeys are not checked: other files are not read'];
  const fields = described.map((field) => fieldOf(field, missingValues, primaryKey?.includes(field.name) === true, matching, faults, unsupported));
  if (faults.length > 0) return faults.join('; ');
  const unique = [...described.flatMap((field) => (field.constraints.unique === true ? [[field.name]] : [])), ...keys];
  return { name, fields, match: fieldsMatch, unique, rules, unsupported };
}

function fieldOf(described: FieldDescriptor, missingValues: readonly string[], isKey: boolean, matching: Matching, faults: string[], unsupported: string[]): Field {
  const { name, constraints } = described;
  const type = typeOf(described.type, described);
  if (UNCHECKED_TYPES.some((unchecked) => unchecked === described.type)) unsupported.push(`${name}: cells of the type ${described.type} are not checked`);
  const empty = { name, required: false, missing: new Set<string>(), fault: () => undefined, canonical: (text: string) => text };
  if (typeof type === 'string') {
    faults.push(`${name}: ${type}`);
    return empty;
  }
  const constraint = constraintsOf(constraints, type, matching, (fault) => faults.push(`${name}: ${fault}`), (what) => unsupported.push(`${name}: ${what}`));
  return {
    name,
    required: constraints.required === true || isKey,
    missing: new Set(described.missingValues ?? missingValues),
    fault(text) {
      const value = type.read(text);
      return value === undefined ? type.expected : constraint(text, value);
    },
    canonical: (text) => (type.ordered ? String(type.read(text)) : text),
  };
}
