module antlion.test/load

go 1.19
