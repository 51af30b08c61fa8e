/** Which cases the property tests try: in `npm test` the same ones every time, so that one commit has one result; in `npm run fuzz` new ones. */
import fc from 'fast-check'

const { STOKER_PROPERTY_SEED: seed, STOKER_PROPERTY_RUNS: runs } = process.env

fc.configureGlobal({
  seed: Number(seed ?? 1),
  // What a test asks for itself stays as it is.
  ...(runs ? { numRuns: Number(runs) } : {})
})
