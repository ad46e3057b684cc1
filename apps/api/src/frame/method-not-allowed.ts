import type { RequestHandler } from 'express';
import type { ApiDocument } from '../document/create-api-document.ts';

/** Answers 405 to a method that a documented path does not have; other paths are not its business. */
export function methodNotAllowed({ paths = {} }: ApiDocument): RequestHandler {
  const known = Object.entries(paths).map(([path, item]) => ({
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
    methods: Object.keys(item ?? {}).map((method) => method.toUpperCase()),
  }));
  return (request, response, next) => {
    const path = `${request.baseUrl}${request.path}`;
    const found = known.find(({ pattern }) => pattern.test(path));
    if (!found || found.methods.includes(request.method)) return next();
    response.set('allow', found.methods.join(', ')).status(405).json({ message: 'Method Not Allowed' });
  };
}
