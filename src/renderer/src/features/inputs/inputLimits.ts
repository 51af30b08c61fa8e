/** As the core's own limits, which the page cannot import without its validator. */
export const maxFiles = 100_000
