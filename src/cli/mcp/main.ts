import { createHash } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema, type CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { VERSION } from '../../core/base/version';
import { commandLineOf, faultIn, TOOLS, type Given, type Tool } from '../../protocol/tools';
import { brief } from '../../protocol/brief';
import { ask, type Answer, type Asking } from './child';

/**
 * Serves the tools of protocol/tools.ts by the Model Context Protocol over standard input and output, until the input
 * ends. A tool that writes runs its dry run first; then a person is asked by clients that can (elicitation), and with
 * others the same call must be made again with the code that belongs to exactly that plan.
 * @param folder the data folder; paths in calls are relative to it
 */
export async function serveTools(folder: string): Promise<void> {
  // The tools are described by a JSON Schema already, so its plain server below is spoken to.
  const { server } = new McpServer({ name: 'barkeep', title: 'Barkeep', version: VERSION }, { capabilities: { tools: {} }, instructions: INSTRUCTIONS });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: TOOLS.map(described) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: given = {}, _meta } }, { signal, sendNotification }) => {
    const tool = TOOLS.find((each) => each.name === name);
    if (tool === undefined) return said(`There is no tool "${name}". Tools: ${TOOLS.map((each) => each.name).join(', ')}.`, true);
    const token = _meta?.progressToken;
    return answer(server, tool, given, {
      folder,
      signal,
      ...(token === undefined ? {} : {
        onProgress: ({ step, done, total }) => void sendNotification({ method: 'notifications/progress', params: { progressToken: token, progress: done, total, message: step } }),
      }),
    });
  });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
    process.stdin.once('end', resolve);
  });
  await server.connect(new StdioServerTransport());
  await closed;
}

const INSTRUCTIONS = 'Barkeep keeps files of trading bars (CSV and Parquet) trustworthy. Begin with inventory. Before an import, verify the file and align it with its master.';

const CONFIRM = { type: 'string', description: 'The code of the plan a person agreed to. Leave it out first: the answer shows the plan and its code.' };

const described = ({ name, title, description, writes, input }: Tool) => ({
  name,
  title,
  description,
  inputSchema: { ...input, properties: writes ? { ...input.properties, confirm: CONFIRM } : { ...input.properties }, required: [...input.required] },
  annotations: { readOnlyHint: !writes, destructiveHint: writes, idempotentHint: true, openWorldHint: false },
});

async function answer(server: McpServer['server'], tool: Tool, given: Given, asking: Asking): Promise<CallToolResult> {
  const { confirm, ...fields } = given;
  const fault = faultIn(tool, tool.writes ? fields : given);
  if (fault !== undefined) return said(fault, true);
  if (!tool.writes) return told(await ask([...commandLineOf(tool, fields, false), '--json'], asking));
  const plan = await ask(commandLineOf(tool, fields, true), asking);
  if (plan.exitCode !== 0) return said(plan.text, true);
  const refusal = await agreed(server, tool, fields, plan.text, confirm);
  return refusal ?? told(await ask([...commandLineOf(tool, fields, false), '--json'], asking));
}

/** Undefined when a person agreed to this very plan, else what to answer instead of doing it. */
async function agreed(server: McpServer['server'], tool: Tool, fields: Given, plan: string, confirm: unknown): Promise<CallToolResult | undefined> {
  if (server.getClientCapabilities()?.elicitation !== undefined) {
    const { action } = await server.elicitInput({ message: `${tool.title}?\n\n${plan}`, requestedSchema: { type: 'object', properties: {} } });
    return action === 'accept' ? undefined : said(`The person did not agree (${action}); nothing was changed.`, true);
  }
  const code = createHash('sha256').update(JSON.stringify([tool.name, fields, plan])).digest('hex').slice(0, 12);
  if (confirm === code) return undefined;
  const opening = confirm === undefined ? 'Nothing was changed yet.' : 'Nothing was changed: the code belongs to another plan, so the files or the request have changed since.';
  return said(`${opening} This is the plan:\n\n${plan}\n\nShow it to the person. When they agree, call ${tool.name} again with the same fields and "confirm": "${code}".`, confirm !== undefined);
}

const said = (text: string, isError: boolean): CallToolResult => ({ content: [{ type: 'text', text }], isError });

/** A command's findings are a result; that it could not be carried out is an error. */
function told({ exitCode, means, result, failure, text }: Answer): CallToolResult {
  if (result === undefined) return said(failure?.message ?? `The command ended with exit code ${exitCode} (${means}). ${text}`.trim(), true);
  return said(`Exit code ${exitCode}: ${means}.\n${brief(result)}`, false);
}
