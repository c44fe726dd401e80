"""Official documents as docx and PDF in the layout of GB/T 9704."""
