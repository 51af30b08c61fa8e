/** The numbers that requests go by, out of all settings; read anew for every call, so that a change acts at once. */
import type { Settings } from '../../shared/settings.ts'

export type RequestSettings = Pick<
  Settings,
  | 'connectTimeoutMs'
  | 'apiTimeoutMs'
  | 'downloadTimeoutMs'
  | 'loadTimeoutMs'
  | 'firstTokenTimeoutMs'
  | 'tokenGapTimeoutMs'
  | 'requestTimeoutMs'
  | 'timeoutScaling'
  | 'localRetryAttempts'
  | 'localRetryFirstDelayMs'
  | 'localRetryMaxDelayMs'
  | 'remoteRetryAttempts'
  | 'remoteRetryFirstDelayMs'
  | 'remoteRetryMaxDelayMs'
  | 'minConcurrency'
  | 'maxConcurrency'
  | 'queueTimeoutMs'
  | 'breakerFailures'
>
