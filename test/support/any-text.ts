import fc from 'fast-check';

/**
 * Any code point, halves of surrogate pairs included, with ASCII as often as all others. The unit `binary`
 * of fast-check knows the same characters and takes seconds to build its table of them.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 2, arbitrary: fc.nat(0x7f) },
    { weight: 1, arbitrary: fc.nat(0xffff) },
    { weight: 1, arbitrary: fc.nat(0x10ffff) },
  )
  .map((codePoint) => String.fromCodePoint(codePoint));
