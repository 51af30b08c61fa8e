/** The page's one client: the window's bridge where there is one, else the server this page came from. */
import { createBridgeTransport } from './bridgeTransport.ts'
import { createClient } from './createClient.ts'
import { createWebTransport } from './webTransport.ts'

export const client = createClient(
  window.stoker ? createBridgeTransport(window.stoker) : createWebTransport(new URL('./', window.location.href).href)
)

export const request = client.request
