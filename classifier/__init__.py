"""Text in, verdict out: cleaning, language, indicators, identifiers, the encoder, calibrated heads, campaigns."""
