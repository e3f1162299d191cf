// Reads each file as site generators do, with the modules below the first
// argument, and prints {path: {mdx, vue, liquid, ignored}}: what MDX
// shows, as HTML, what Vue makes of the page that markdown-it makes, as VitePress
// has it, what Liquid leaves, and whether prettier leaves it alone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, ...paths] = process.argv.slice(2);
const resolve = createRequire(modules + "/from.js").resolve;
const load = async (name) => import(pathToFileURL(resolve(name)));
const { evaluate } = await load("@mdx-js/mdx");
const { default: gfm } = await load("remark-gfm");
const { Liquid } = await load("liquidjs");
const { default: prettier } = await load("prettier");
const { default: MarkdownIt } = await load("markdown-it");
const { compile, createSSRApp } = await load("vue");
const { renderToString } = await load("vue/server-renderer");

const markdown = new MarkdownIt({ html: true, linkify: true });
async function vue(text) {
  const template = `<div>${markdown.render(text)}</div>`;
  const fail = (e) => { throw new Error(e); };
  compile(template, { onError: fail, onWarn: fail });
  const app = createSSRApp({ template });
  app.config.warnHandler = app.config.errorHandler = fail;
  return renderToString(app);
}

const Fragment = Symbol("fragment");
const jsx = (type, props) => (typeof type === "function" ? type(props) : { type, props });
const escape = (s) => String(s).replace(/&/g, "&amp;").replace(/</g, "&lt;");
function html(node) {
  if (node === null || node === undefined || node === false) return "";
  if (Array.isArray(node)) return node.map(html).join("");
  if (typeof node !== "object") return escape(node);
  const inner = html(node.props.children);
  if (node.type === Fragment) return inner;
  const id = node.props.id ? ` id="${node.props.id}"` : "";
  return ["br", "wbr"].includes(node.type) ? `<${node.type}>` : `<${node.type}${id}>${inner}</${node.type}>`;
}

const ignored = (text) => "<!-- prettier-ignore-start -->\n\n" + text + "\n<!-- prettier-ignore-end -->\n";
const out = {};
for (const path of paths) {
  const text = readFileSync(path, "utf8");
  const page = await evaluate({ path, value: text }, { format: "mdx", Fragment, jsx, jsxs: jsx, remarkPlugins: [gfm] });
  out[path] = {
    mdx: html(page.default({})),
    vue: await vue(text),
    liquid: new Liquid().parseAndRenderSync(text),
    ignored: await prettier.check(ignored(text), { parser: "markdown" }),
  };
}
process.stdout.write(JSON.stringify(out));
