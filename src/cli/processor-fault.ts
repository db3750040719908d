/** What is wrong where the processor is too old. */
export const PROCESSOR_FAULT =
  "this processor lacks instructions that the SQLite library needs (x86-64-v2): give a virtual machine another CPU model, e.g. the host's, or take a PostgreSQL store";
