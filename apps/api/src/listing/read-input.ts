import type { Request } from 'express';
import type { z } from 'zod';
import { RequestProblem } from '../frame/request-problem.ts';

/** The query by this schema. A list may be written `name=a&name=b`, or `name[]=a` as PHP does. Throws 400 that names what is wrong. */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(request.query)) {
    const plain = name.replace(/\[\d*\]$/, '');
    values.set(plain, values.has(plain) ? [values.get(plain), value].flat() : value);
  }
  const parsed = schema.safeParse(Object.fromEntries(values));
  if (parsed.success) return parsed.data;
  throw new RequestProblem(400, describeIssues(parsed.error));
}

/** What is wrong with the input, by the names of its fields. */
export function describeIssues({ issues }: z.ZodError): string {
  return issues
    .map((issue) => {
      if (issue.code === 'unrecognized_keys') return `Unknown parameter: ${issue.keys.join(', ')}`;
      const name = issue.path.filter((step) => typeof step === 'string').join('.');
      return name === '' ? issue.message : `${name} ${issue.message}`;
    })
    .join('; ');
}

/** The id in the path. Throws 404 for what no record can have. */
export function readId(request: Request): number {
  const id = String(request.params.id);
  if (/^\d{1,10}$/.test(id) && Number(id) <= 2_147_483_647) return Number(id);
  throw new RequestProblem(404, 'Not Found');
}
