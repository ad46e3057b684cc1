// Shows the document. Nothing is asked of anybody else: no validator, no samples. A token is kept until the page is left.
globalThis.SwaggerUIBundle({
  url: '/api/doc.json',
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
});
