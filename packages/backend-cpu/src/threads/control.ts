/**
 * Where threads find each other: the first bytes of a shared memory, as byte addresses. Whoever calls a program is thread 0 and the only one
 * to begin jobs; the others help with the job that is open, or wait for the next.
 */
export const control = {
  /**
   * 64 bits. In the low half what was taken of the open job: how many parts nobody has taken (16 bits) above how many were taken from its
   * beginning (16 bits); in the high half (`job`) the job's number.
   */
  ticket: 0,
  job: 4,
  /** What the open job is; written before the ticket, and not again before its last part is done. */
  program: 64,
  part: 68,
  units: 72,
  chunk: 76,
  /** Parts that are done. */
  finished: 128,
  /** Whether thread 0 sleeps until `finished` changes. */
  isWaiting: 132,
  /** Whether a thread broke off in the middle of a part. */
  hasFailed: 136,
  /** How many threads sleep until `job` changes. */
  sleepers: 192,
  /** How many messages they were sent. */
  mail: 196,
  /** How many parts they have done. */
  helped: 200,
  /** Whether thread 0 may sleep: a page must not. */
  mayWait: 256,
  /** For how many tenths of a second it waits for a part without seeing any progress. */
  patience: 260,
  /** Numbers that the parts of the open job are handed. */
  handed: 320,
} as const

/** How many numbers can be handed on. */
export const mostHanded = 160

export const controlBytes = control.handed + 4 * mostHanded
