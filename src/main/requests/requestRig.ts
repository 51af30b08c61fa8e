/** What the tests of requests share: settings as they are by default. */
import { settingDefinitions } from '../../shared/settings.ts'
import type { RequestSettings } from './requestSettings.ts'

export const defaultSettings: RequestSettings = {
  connectTimeoutMs: settingDefinitions.connectTimeoutMs.default,
  apiTimeoutMs: settingDefinitions.apiTimeoutMs.default,
  downloadTimeoutMs: settingDefinitions.downloadTimeoutMs.default,
  loadTimeoutMs: settingDefinitions.loadTimeoutMs.default,
  firstTokenTimeoutMs: settingDefinitions.firstTokenTimeoutMs.default,
  tokenGapTimeoutMs: settingDefinitions.tokenGapTimeoutMs.default,
  requestTimeoutMs: settingDefinitions.requestTimeoutMs.default,
  timeoutScaling: settingDefinitions.timeoutScaling.default,
  localRetryAttempts: settingDefinitions.localRetryAttempts.default,
  localRetryFirstDelayMs: settingDefinitions.localRetryFirstDelayMs.default,
  localRetryMaxDelayMs: settingDefinitions.localRetryMaxDelayMs.default,
  remoteRetryAttempts: settingDefinitions.remoteRetryAttempts.default,
  remoteRetryFirstDelayMs: settingDefinitions.remoteRetryFirstDelayMs.default,
  remoteRetryMaxDelayMs: settingDefinitions.remoteRetryMaxDelayMs.default,
  minConcurrency: settingDefinitions.minConcurrency.default,
  maxConcurrency: settingDefinitions.maxConcurrency.default,
  queueTimeoutMs: settingDefinitions.queueTimeoutMs.default,
  breakerFailures: settingDefinitions.breakerFailures.default
}
