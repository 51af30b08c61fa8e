/** The Electron window's way to the core: what the preload put on the page. */
import type { StokerBridge } from '../../../preload/api.ts'
import { toErrorInfo } from '../../../shared/errors.ts'
import type { Transport } from './transport.ts'

export function createBridgeTransport(bridge: StokerBridge): Transport {
  return {
    async request(route, input) {
      try {
        return await bridge.request(route, input)
      } catch (thrown) {
        return { ok: false, error: toErrorInfo(thrown) }
      }
    },
    subscribe: (listener) => bridge.subscribe(listener),
    onConnection(listener) {
      listener('open')
      return () => undefined
    }
  }
}
