// What an editor shows of a TOML file with taplo's language server: node
// editor.cjs MODULES FOLDER QUESTIONS. A question is a file of the folder, a line
// and a character; the answers are the hover's text and what is completed there.
const { readFileSync } = require('fs')
const { isAbsolute, join } = require('path')
const [modules, folder, questions] = process.argv.slice(2)
const { TaploLsp } = require(join(modules, 'node_modules/@taplo/lsp'))

const uri = (name) => 'file://' + join(folder, name)
const asked = new Map()
let server
const ask = (method, params) => new Promise((resolve) => {
  asked.set(asked.size + 1, resolve)
  server.send({ jsonrpc: '2.0', id: asked.size, method, params })
})
const tell = (method, params) => server.send({ jsonrpc: '2.0', method, params })

// What the server logs would stand among the answers.
const quiet = async (bytes) => bytes.length

const environment = {
  now: () => new Date(), envVar: () => undefined, envVars: () => [], stdErrAtty: () => false,
  stdin: process.stdin, stdout: quiet, stderr: quiet,
  glob: () => JSON.parse(questions).map(([name]) => join(folder, name)),
  readFile: async (path) => readFileSync(path), writeFile: async () => {},
  urlToFilePath: (url) => new URL(url).pathname, isAbsolute, cwd: () => folder, findConfigFile: () => undefined,
  fetch: { fetch: () => Promise.reject(new Error('offline')), Headers, Request, Response },
}

async function main () {
  server = await TaploLsp.initialize(environment, {
    onMessage (m) {
      if (m.method && m.id !== undefined) server.send({ jsonrpc: '2.0', id: m.id, result: [null] })
      else if (m.id !== undefined) asked.get(m.id)(m.result)
    },
  })
  await ask('initialize', { capabilities: {}, rootUri: uri(''), processId: null, workspaceFolders: [{ uri: uri(''), name: 'ports' }] })
  tell('initialized', {})
  const answers = []
  for (const [name, line, character] of JSON.parse(questions)) {
    const textDocument = { uri: uri(name), languageId: 'toml', version: 1, text: readFileSync(join(folder, name), 'utf8') }
    tell('textDocument/didOpen', { textDocument })
    const at = { textDocument: { uri: uri(name) }, position: { line, character } }
    const hover = await ask('textDocument/hover', at)
    const completed = await ask('textDocument/completion', at)
    answers.push({
      hover: hover?.contents?.value ?? '',
      completed: (completed?.items ?? completed ?? []).map((c) => ({ label: c.label, help: c.documentation?.value ?? '' })),
    })
  }
  process.stdout.write(JSON.stringify(answers), () => process.exit(0))
}
main().catch((e) => { console.error(e); process.exit(1) })
