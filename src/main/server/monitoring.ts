/** What other programs watch: whether all is well, why not, and the numbers for Prometheus. */
import { requests, type Output } from '../../shared/contract.ts'
import type { Core } from '../../shared/core.ts'

export interface Monitored {
  status: 200 | 503
  contentType: string
  body: string
}

export interface Monitoring {
  /** For everybody: no more than the status and the version. */
  publicHealth(): Promise<Monitored>
  /** The whole answer of `app.health`. */
  health(): Promise<Monitored>
  metrics(): Promise<Monitored>
}

/** `degraded` is answered with 200: the server is there, and its words say what is wrong. Only a core that cannot tell is 503. */
export function createMonitoring({ core, version }: { core: Pick<Core, 'dispatch'>; version: string }): Monitoring {
  async function ask<R extends 'app.health' | 'app.metrics'>(route: R): Promise<Output<R> | string> {
    const answer = await core.dispatch(route, {}, { client: 'script' })
    return answer.ok ? (requests[route].output.parse(answer.data) as Output<R>) : answer.error.message
  }
  const json = (status: 200 | 503, value: unknown): Monitored => ({
    status,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify(value)
  })
  const cannotTell = { status: 'degraded', version }

  return {
    async publicHealth() {
      const health = await ask('app.health')
      return typeof health === 'string' ? json(503, cannotTell) : json(200, { status: health.status, version })
    },
    async health() {
      const health = await ask('app.health')
      return typeof health === 'string' ? json(503, { ...cannotTell, problems: [health] }) : json(200, health)
    },
    async metrics() {
      const metrics = await ask('app.metrics')
      if (typeof metrics === 'string')
        return { status: 503, contentType: 'text/plain; charset=utf-8', body: `${metrics}\n` }
      return { status: 200, contentType: metrics.contentType, body: metrics.text }
    }
  }
}
