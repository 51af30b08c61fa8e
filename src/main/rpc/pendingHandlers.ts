/** Requests of chains and runs that have no service yet. */
import { StokerError } from '../../shared/errors.ts'
import type { Route } from '../../shared/contract.ts'
import { requests } from '../../shared/contract.ts'
import type { Handlers } from './dispatch.ts'

type PendingRoute = Extract<Route, `${'chains' | 'runs' | 'inputs'}.${string}`>

const routes = (Object.keys(requests) as Route[]).filter((route): route is PendingRoute =>
  /^(chains|runs|inputs)\./.test(route)
)

export const pendingHandlers = Object.fromEntries(
  routes.map((route) => [
    route,
    async () => {
      throw new StokerError('not_supported', 'This is not built yet.')
    }
  ])
) as unknown as Pick<Handlers, PendingRoute>
