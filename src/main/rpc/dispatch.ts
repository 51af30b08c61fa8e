/** One door for every request: look the route up, parse the input, run the handler, answer. Nothing else reaches a handler. */
import type { Answer, Output, Parsed, RequestContext, Route } from '../../shared/contract.ts'
import { requests } from '../../shared/contract.ts'
import { toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import type { Logger } from '../lib/logger.ts'

/** Exactly one handler for every route: a missing or an extra one does not compile. */
export type Handlers = { [R in Route]: (input: Parsed<R>, context: RequestContext) => Promise<Output<R>> }

interface DispatchDeps {
  handlers: Handlers
  /** The revision of the newest event. */
  revision: () => number
  logger: Logger
}

export function createDispatch({ handlers, revision, logger }: DispatchDeps) {
  return async function dispatch(route: string, input: unknown, context: RequestContext): Promise<Answer> {
    if (!isRoute(route))
      return refuse({ code: 'route_not_found', message: `There is no request named "${clip(route)}".`, hint: null })
    const parsed = requests[route].input.safeParse(input ?? {})
    if (!parsed.success)
      return refuse({ code: 'invalid_input', message: describeIssues(route, parsed.error.issues), hint: null })
    try {
      const run = handlers[route] as (input: unknown, context: RequestContext) => Promise<unknown>
      // Read before the work: an event in between may be told twice, but never counts as told when it was not.
      const asOf = revision()
      return { ok: true, data: await run(parsed.data, context), revision: asOf }
    } catch (error) {
      const info = toErrorInfo(error)
      if (info.code === 'internal') logger.error(`${route} failed`, error)
      return refuse(info)
    }
  }
}

function isRoute(route: string): route is Route {
  return Object.hasOwn(requests, route)
}

function refuse(error: ErrorInfo): Answer {
  return { ok: false, error }
}

function clip(text: string): string {
  return String(text).slice(0, 80)
}

function describeIssues(route: string, issues: readonly { path: PropertyKey[]; message: string }[]): string {
  const first = issues.slice(0, 3).map((issue) => `${issue.path.map(String).join('.') || 'input'}: ${issue.message}`)
  return `${route} was asked wrongly. ${first.join('; ')}`.slice(0, 500)
}
