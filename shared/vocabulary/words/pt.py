"""Portuguese, of Brazil first."""

TABLE = """
safety: perigo, em perigo, segurança, segura, fugir, esconder, medo, estou com medo, ameaça,
  ameaças, me ameaça, violência, violência doméstica, me bate, agressão, abuso, proteção,
  tráfico de pessoas, tráfico humano, vítima, me segue, me persegue, medida protetiva, exploração,
  escapar, trabalho escravo, bateu, me bateu, apanho, trancada, presa em casa, me obriga,
  me obrigam, obrigada a trabalhar, não me deixa sair, controla, insegura, marido me bate
emergency_housing: abrigo, albergue, onde dormir, lugar para dormir, cama, esta noite,
  hoje à noite, sem teto, casa de apoio, morador de rua, na rua, refúgio, lugar para ficar,
  onde ficar, dormir, moradia de emergência, pousada, hotel, sem casa, lugar pra dormir,
  não tenho onde dormir, moradia, acolhimento, onde morar, quarto, fui despejada, despejo,
  dormindo na rua, onde passar a noite, me expulsaram, hospedagem
transitional_housing: moradia temporária, casa temporária, abrigo, moradia, quarto, onde morar,
  casa de passagem, acolhimento, casa de apoio
long_term_housing: aluguel, apartamento, moradia, alugar, casa própria, pagar o aluguel, casa,
  onde morar, moradia permanente, quarto, despejo, depósito
food_clothing: comida, fome, estou com fome, roupa, roupas, cesta básica, refeição, comer,
  alimentos, alimento, sapatos, banco de alimentos, sopa, fraldas, casaco, banho, agasalho,
  alimentação, calçados
translation: intérprete, tradutor, tradutora, tradução, traduzir, fala minha língua,
  que fala português
legal_guardianship: guarda, tutor, tutela, guarda legal, tutor legal, guardião
permanency_placement: família acolhedora, adoção, adotar, lar adotivo
legal_assistance: advogado, advogada, advogados, imigração, visto, asilo, deportação, jurídico,
  jurídica, ajuda jurídica, tribunal, divórcio, lei, direitos, green card, processo, visto t,
  não me pagaram, salário, medida protetiva, defensoria, permissão de trabalho,
  assistência jurídica, justiça, não me paga, não paga, não recebi, não pagam, me devem, salários,
  juiz, papéis, cidadania, contrato, legalizar
advocacy: apoio, defensora, acompanhamento, alguém para me ajudar, grupo de apoio, me acompanhar,
  sobrevivente
medical_care: médico, médica, doutor, doutora, hospital, clínica, remédio, remédios, doente,
  grávida, gravidez, enfermeira, saúde, dor, ferida, machucada, posto de saúde, ginecologista,
  vacina, consulta médica, consulta, febre, óculos, olhos, cirurgia, parto, pré natal, exame
dental_care: dentista, dente, dentes, dor de dente, odontologia, dor nos dentes
mental_health: psicólogo, psicóloga, terapia, terapeuta, depressão, deprimida, triste, ansiedade,
  trauma, pesadelos, não consigo dormir, insônia, saúde mental, conversar com alguém, psiquiatra,
  aconselhamento, desabafar, estresse, alguém para conversar, chorar, sozinha, pânico,
  apoio emocional
substance_abuse_treatment: drogas, droga, álcool, vício, viciado, viciada, dependência química,
  reabilitação, desintoxicação, parar de beber, alcoolismo, dependente, clínica de recuperação
transportation: transporte, ônibus, passagem, carona, táxi, carro, vale transporte, condução
life_skills: habilidades, orçamento, cozinhar, conta no banco, habilidades para a vida, ser pais
education: escola, aula, aulas, aulas de inglês, aprender inglês, educação, estudar, faculdade,
  curso, cursos, supletivo, curso de inglês, inglês
financial_assistance: dinheiro, ajuda financeira, contas, conta de luz, dívida, dívidas, grana,
  benefício, benefícios, pagar o aluguel, pagar aluguel, auxílio, ajuda com aluguel, indenização,
  não tenho dinheiro, sem dinheiro, preciso de dinheiro, pagar contas, luz
job_training_employment: trabalho, emprego, serviço, capacitação, trabalhar, procurar emprego,
  vaga, vagas, currículo, bico, procuro emprego, arrumar emprego, permissão de trabalho,
  curso profissionalizante
child_care: creche, babá, cuidar dos meus filhos, cuidar do meu filho, escolinha,
  cuidado infantil, jardim de infância
reunification_repatriation: voltar para casa, voltar para o meu país, voltar para o brasil,
  voltar ao brasil, encontrar minha família, reunir a família, consulado, embaixada, repatriação,
  trazer meus filhos, voltar pro brasil
identity_documents: passaporte, documentos, documento, identidade, certidão de nascimento,
  carteira de motorista, papéis, perdi meu passaporte, tiraram meu passaporte,
  carteira de identidade, certidão
crisis_intervention: crise, suicídio, me matar, quero morrer, emergência, urgente, socorro,
  estupro, estuprada, linha de ajuda, não quero viver, me bate, me bateu, violência sexual,
  abuso sexual
case_management: assistente social, assistência social, gestor de caso

woman: mulher, mulheres, menina, meninas, moça, mãe, mães, garota, senhora, grávida, gestante
man: homem, homens, menino, meninos, rapaz, rapazes, garoto, senhor
nonbinary: transgênero, não binário, lgbt, travesti, lésbica
minor: menor de idade, adolescente, adolescentes, jovem, jovens, menores
adult: adulto, adultos, maior de idade
foreign_national: imigrante, imigrantes, sem documentos, refugiado, refugiada, refugiados,
  indocumentado, estrangeiro, ilegal
domestic: cidadão, cidadã, cidadão americano
no_id: sem identidade, sem identificação
felony: antecedentes criminais, ficha criminal, presídio, cadeia
with_children: com filhos, com crianças, meus filhos, filhos, filho, filha, meu filho,
  minha filha, criança, crianças, bebê, família, com meus filhos
pets: animal de estimação, cachorro, gato, bicho
language-pt: português, brasileiro, brasileira, fala português, em português
language-en: fala inglês
language-es: espanhol
small: eu, preciso, precisa, de, do, da, dos, das, um, uma, o, a, os, as, para, pra, pro, com,
  sem, em, no, na, e, ou, onde, quero, procuro, tenho, não, que, quem, meu, minha, meus, minhas,
  me, ajuda, ajudar, gratis, grátis, gratuito, gratuita, perto, por, é, está, estou, tem, ser,
  como, lugar, alguém, algum, alguma, favor, hoje, agora, muito, isso, sou, se, fala, país,
  serviços, centro, procurando, achar, encontrar, marido, patrão, ele, ela, eles, nós, mas,
  também, mais, olá, oi, obrigado, obrigada, posso, pode, ter, fazer, quando, vou
"""
