/** Who may speak to the server: whoever holds the token of this start, or a cookie that was given in exchange for it. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export interface AccessToken {
  /** Printed with the address; 32 random bytes. */
  readonly token: string
  matchesToken(candidate: string): boolean
  /** A new session, as the Set-Cookie header's value. Its id is not the token: a browser never stores the token itself. */
  openSession(): string
  matchesCookie(cookieHeader: string | undefined): boolean
}

/** Far more browsers than one person has; the oldest session gives way, so that exchanging again and again costs no memory. */
const maxSessions = 100

/** Cookies do not tell ports apart, so the name does: several Stokers may run on one host. */
export function createAccessToken(port: () => number): AccessToken {
  const token = randomSecret()
  const tokenDigest = digest(token)
  // Digests, so that looking a session up takes no time that depends on how much of its id was guessed.
  const sessions = new Set<string>()
  const cookieName = (): string => `stoker_${port()}`
  return {
    token,
    matchesToken: (candidate) => timingSafeEqual(digest(candidate), tokenDigest),
    openSession() {
      const session = randomSecret()
      sessions.add(digest(session).toString('hex'))
      const [oldest] = sessions
      if (sessions.size > maxSessions && oldest !== undefined) sessions.delete(oldest)
      return `${cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=/`
    },
    matchesCookie(cookieHeader) {
      const sent = readCookies(cookieHeader, cookieName())
      return sent.some((value) => sessions.has(digest(value).toString('hex')))
    }
  }
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Every value under that name: another page of this host may have set a second one for a narrower path. */
function readCookies(header: string | undefined, name: string): string[] {
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .filter(([key]) => key === name)
    .map(([, value]) => value ?? '')
}
