"""How a case travels to Excel and back: a workbook to edit, and a folder of tables from the edited one."""
