/** What one side offers the other: methods of one argument that can be copied between threads. */
export type Service = { readonly [Name in string]: (argument: never) => Promise<unknown> }

type Argument<S extends Service, Name extends keyof S> = Parameters<S[Name]>[0]
type Result<S extends Service, Name extends keyof S> = Awaited<ReturnType<S[Name]>>

/** A `Worker`, the worker's own global scope, or a `MessagePort`. */
export interface Endpoint {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}

interface Request {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly error: ErrorText })

interface ErrorText {
  readonly name: string
  readonly message: string
}

/** An error of the other side, under its own name. */
export class RemoteError extends Error {
  constructor({ name, message }: ErrorText) {
    super(message)
    this.name = name
  }
}

/** Answers requests one after the other: the backend is a setting of the whole worker, so two must not interleave. */
export function serve<S extends Service>(endpoint: Endpoint, service: S): void {
  let previous = Promise.resolve()
  endpoint.addEventListener('message', ({ data }: MessageEvent<Request>) => {
    previous = previous.then(async () => endpoint.postMessage(await answer(service, data)))
  })
}

async function answer(service: Service, { id, name, argument }: Request): Promise<Answer> {
  try {
    return { id, value: await service[name]!(argument as never) }
  } catch (error) {
    return { id, error: textOf(error) }
  }
}

const textOf = (error: unknown): ErrorText =>
  error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) }

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/** The asking side. */
export class Client<S extends Service> {
  readonly #endpoint: Endpoint
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #failure: Error | undefined

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
    endpoint.addEventListener('message', ({ data }: MessageEvent<Answer>) => this.#settle(data))
  }

  /** @throws {RemoteError} what the other side threw */
  call<Name extends keyof S & string>(name: Name, argument: Argument<S, Name>): Promise<Result<S, Name>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const id = ++this.#lastId
    return new Promise<Result<S, Name>>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#endpoint.postMessage({ id, name, argument } satisfies Request)
    })
  }

  /** The other side is gone: every request, waiting or to come, ends with `error`. */
  fail(error: Error): void {
    this.#failure = error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) waiting?.reject(new RemoteError(answer.error))
    else waiting?.resolve(answer.value as never)
  }
}
