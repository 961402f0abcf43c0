// The IDs with which clients name the operations, as in appendix A of GraphQL over HTTP.
const { readOperations } = require('./operations.cjs');

exports.plugin = (_schema, files) => {
  const lines = readOperations(files).map(({ name, id }) => `  ${name}: 'sha256:${id}',`);
  return `/** The \`documentId\` of each operation, for a gateway that runs the operations of the manifest. */
export const documentIds = {
${lines.join('\n')}
} as const;
`;
};
