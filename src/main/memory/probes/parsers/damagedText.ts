/** Text for property tests of parsers: anything at all, and the real shape with pieces cut out and put in. */
import fc from 'fast-check'

export function damaged(text: string): fc.Arbitrary<string> {
  const cut = fc.tuple(fc.nat(text.length), fc.nat(12), fc.string({ maxLength: 8 }))
  const broken = fc
    .array(cut, { minLength: 1, maxLength: 4 })
    .map((cuts) => cuts.reduce((all, [at, length, put]) => all.slice(0, at) + put + all.slice(at + length), text))
  return fc.oneof(fc.string(), broken)
}
