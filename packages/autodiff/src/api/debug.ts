// The public list of the namespace `debug`.
export { callback, print } from './callback.ts'
