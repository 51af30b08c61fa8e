/** The section's name, in its heading and in the index of groups. */
export const modelsFileName = 'Models file'
