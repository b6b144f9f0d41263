/** A pattern made ready: whether a whole text matches; undefined when it cannot be matched in a bounded time. */
export type Matching = (pattern: string) => ((text: string) => boolean) | undefined;

/** For patterns of our own, which are known to be harmless. @throws SyntaxError */
export const ownMatching: Matching = (pattern) => {
  const form = new RegExp(`^(?:${pattern})$`, 'u');
  return (text) => form.test(text);
};

/**
 * For patterns of others: what one of them costs grows with the text and no faster, as RE2 has it
 * (https://github.com/google/re2/wiki/WhyRE2), so that none can make verifying hang. Lookarounds and backreferences
 * have no such bound: patterns with them are not matched. The matching throws SyntaxError.
 */
export async function boundedMatching(): Promise<Matching> {
  const { RE2JS } = await import('./linear');
  return (pattern) => {
    new RegExp(pattern, 'u');
    try {
      const form = RE2JS.compile(pattern.replace(UNIT, (escape, unit: string | undefined) => (unit === undefined ? escape : `\\x{${unit}}`)));
      return (text) => form.matches(text);
    } catch {
      return undefined;
    }
  };
}

/** `\u00e9`, which RE2 writes `\x{00e9}`; any other escape, so that what follows a backslash of its own is let be. */
const UNIT = /\\(?:u([0-9a-f]{4})|[^])/gi;
