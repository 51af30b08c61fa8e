/** How many bytes one request may have, whatever carries it: far more than any prompt a person types or pastes. */
export const requestLimitBytes = 1_048_576
