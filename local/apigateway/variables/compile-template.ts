import type { Exchange } from '../exchange.ts';
import { contextVariable, type VariableReader } from './context-variable.ts';

interface TemplateOptions {
  /** How a value stands in the text around it, e.g. escaped for JSON. */
  readonly quote: (value: string) => string;
  /** Stands for a variable without a value. */
  readonly absent: string;
}

const variable = /\$(?:\{(?<braced>[^}]*)\}|(?<plain>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*))/g;
const directive = /#(?:set|if|elseif|else|end|foreach|break|stop|include|parse|macro|define|evaluate|#|\*)/;

/**
 * Compiles the plain templates of gateway responses and access logs: text with `$context.x` and `$stageVariables.x`.
 * @throws for everything else that starts with `$`, and for Velocity directives: AWS does not evaluate them here either
 */
export function compileTemplate(text: string, { quote, absent }: TemplateOptions): (exchange: Exchange) => string {
  const found = directive.exec(text);
  if (found !== null)
    throw new Error(`the template has the Velocity directive ${found[0]}, only variables are substituted here`);
  const parts: (string | VariableReader)[] = [];
  let end = 0;
  for (const match of text.matchAll(variable)) {
    const name = match.groups?.['braced'] ?? match.groups?.['plain'] ?? '';
    const read = reader(name);
    parts.push(text.slice(end, match.index));
    // Already a JSON text, quotes included.
    parts.push(name === 'context.error.messageString' ? read : (exchange) => map(read(exchange), quote));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return (exchange) => {
    let result = '';
    for (const part of parts) result += typeof part === 'string' ? part : (part(exchange) ?? absent);
    return result;
  };
}

/** What `context.requestId` or `stageVariables.table` stands for. */
export function reader(name: string): VariableReader {
  const [scope, ...rest] = name.split('.');
  const property = rest.join('.');
  if (property !== '' && scope === 'context') return contextVariable(property);
  if (property !== '' && scope === 'stageVariables') {
    return ({ stage }) => (Object.hasOwn(stage.variables, property) ? stage.variables[property] : undefined);
  }
  throw new Error(`the template has $${name}, only $context and $stageVariables are known here`);
}

const map = (value: string | undefined, change: (value: string) => string): string | undefined =>
  value === undefined ? undefined : change(value);
