/** An error as the server answers it: a status and a text. */
export class HttpError extends Error {
  readonly status: number

  constructor(status: number, text: string) {
    super(text)
    this.status = status
  }
}
