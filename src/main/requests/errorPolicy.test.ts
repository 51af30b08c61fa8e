import { describe, expect, it } from 'vitest'
import { errorCodes, timeoutPhases } from '../../shared/errors.ts'
import { traitsOf } from './errorPolicy.ts'

describe('what an error means', () => {
  it('only what may pass by itself is tried again: a missing model asked for three times is three times the wait', () => {
    const retried = errorCodes.filter((code) => traitsOf({ code }).mayRetry)
    expect(retried).toEqual(['server_busy', 'server_failed', 'server_down'])
    const phases = timeoutPhases.filter((phase) => traitsOf({ code: 'timed_out', phase }).mayRetry)
    expect(phases).toEqual(['connect', 'api'])
  })

  it('an engine that died is asked again only where the question loads the model anew', () => {
    expect(traitsOf({ code: 'engine_crashed' }, true).mayRetry).toBe(true)
    expect(traitsOf({ code: 'engine_crashed' }, false).mayRetry).toBe(false)
  })

  it("only the host's own failures count against it: five prompts that are too long must not shut it out", () => {
    const counted = errorCodes.filter((code) => traitsOf({ code }).isHostFailure)
    expect(counted).toEqual(['server_busy', 'server_failed', 'server_down'])
    const phases = timeoutPhases.filter((phase) => traitsOf({ code: 'timed_out', phase }).isHostFailure)
    expect(phases).toEqual(['connect', 'api', 'first_token'])
  })

  it('a health check says something about connections, and nothing about answers that fail', () => {
    expect(errorCodes.filter((code) => traitsOf({ code }).isUnreachable)).toEqual(['server_down'])
    expect(traitsOf({ code: 'timed_out', phase: 'connect' }).isUnreachable).toBe(true)
    expect(traitsOf({ code: 'timed_out', phase: 'first_token' }).isUnreachable).toBe(false)
  })

  it('a limit that is not named is no reason for anything', () => {
    expect(Object.values(traitsOf({ code: 'timed_out' }))).not.toContain(true)
  })
})
