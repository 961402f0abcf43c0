// The format of @apollo/generate-persisted-query-manifest, which PERSISTED_OPERATIONS reads.
const { readOperations } = require('./operations.cjs');

exports.plugin = (_schema, files) => {
  const operations = readOperations(files);
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
  return `${JSON.stringify(manifest, null, 2)}\n`;
};
