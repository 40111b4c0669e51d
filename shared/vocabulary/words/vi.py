"""Vietnamese. Written with its marks; it is found without them too."""

TABLE = """
safety: an toàn, nguy hiểm, trốn, bỏ trốn, chạy trốn, sợ, đe dọa, bạo lực, bạo hành, đánh đập,
  bị đánh, theo dõi, buôn người, nạn nhân, bảo vệ, bạo lực gia đình, lệnh bảo vệ, ngược đãi,
  nhà tạm lánh, bóc lột, đánh tôi, đánh, chồng đánh, bị chồng đánh, ép buộc, bị ép, bị nhốt,
  giam giữ, không cho đi, kiểm soát, lừa, bị lừa, đe doạ, không an toàn
emergency_housing: nơi ở, chỗ ở, chỗ ngủ, nhà tạm trú, nơi trú ẩn, tạm trú, chỗ ở khẩn cấp,
  vô gia cư, đêm nay, tối nay, ngủ đêm nay, giường, không có nhà, không nhà, nhà tạm lánh,
  không có chỗ ngủ, chỗ trú, ngủ ngoài đường, nhà ở khẩn cấp, khách sạn, nhà mở, chỗ để ngủ,
  nơi ngủ, chỗ qua đêm, bị đuổi, ngủ nhờ, phòng
transitional_housing: nơi ở, chỗ ở, nhà ở tạm thời, nhà tạm, chỗ ở tạm, nơi ở tạm thời, nhà ở,
  nhà ở chuyển tiếp, nhà tạm trú, nơi trú ẩn, nhà tạm lánh
long_term_housing: thuê nhà, tiền thuê nhà, căn hộ, nhà ở, nhà thuê, nơi ở, chỗ ở, nhà ở lâu dài,
  nhà ở giá rẻ, mướn nhà, phòng trọ, tiền nhà, phòng, tiền cọc
food_clothing: thức ăn, đồ ăn, thực phẩm, đói, đói bụng, tôi đói, bữa ăn, quần áo, giày, ăn uống,
  thực phẩm miễn phí, cơm, ngân hàng thực phẩm, tã, áo ấm, áo khoác, đồ ăn miễn phí, tắm
translation: thông dịch, phiên dịch, thông dịch viên, người phiên dịch, người thông dịch,
  biên dịch, dịch thuật, dịch giấy tờ
legal_guardianship: giám hộ, người giám hộ, quyền nuôi con, quyền giám hộ
permanency_placement: gia đình nuôi, nhận con nuôi, con nuôi, nuôi dưỡng
legal_assistance: luật sư, pháp lý, luật, di trú, nhập cư, thị thực, tị nạn, trục xuất, thẻ xanh,
  ly dị, ly hôn, tòa án, trợ giúp pháp lý, luật sư di trú, quyền lợi, lệnh bảo vệ, quỵt lương,
  visa, giấy phép lao động, không trả lương, chủ không trả lương, tiền lương, lương, kiện,
  thẩm phán, ở lại mỹ, xin tị nạn, bảo lãnh, quốc tịch, giấy tờ, làm giấy tờ
advocacy: người hỗ trợ, hỗ trợ tinh thần, đi cùng tôi, nhóm hỗ trợ, biện hộ, người đồng hành,
  bênh vực
medical_care: bác sĩ, bệnh viện, phòng khám, khám bệnh, thuốc, bệnh, bị bệnh, ốm, đau, y tế,
  sức khỏe, mang thai, có thai, có bầu, y tá, bị thương, phụ khoa, khám thai, sốt, cảm, mắt, kính,
  phẫu thuật, sinh con, khám, nhà thương
dental_care: nha sĩ, đau răng, răng, nha khoa, làm răng, sâu răng, nhổ răng
mental_health: tư vấn, tâm lý, tư vấn tâm lý, trầm cảm, buồn, lo âu, mất ngủ, ác mộng,
  chấn thương, bác sĩ tâm lý, sức khỏe tâm thần, tâm thần, nói chuyện với ai đó, căng thẳng,
  người để nói chuyện, khóc, cô đơn, tâm sự, bác sĩ tâm thần, hoảng loạn
substance_abuse_treatment: cai nghiện, ma túy, nghiện, rượu, nghiện rượu, cai rượu, nghiện ngập,
  bỏ rượu
transportation: xe buýt, đi lại, đưa đón, vé xe, phương tiện, chở, đi nhờ xe, xe đưa đón
life_skills: kỹ năng sống, ngân sách, nấu ăn, quản lý tiền, nuôi dạy con, tài khoản ngân hàng
education: trường học, lớp học, học tiếng anh, lớp tiếng anh, giáo dục, đi học, học, học nghề,
  đại học, tiếng anh
financial_assistance: tiền, trợ cấp, tiền mặt, hóa đơn, giúp tiền, hỗ trợ tài chính, nợ, phúc lợi,
  tài chính, tiền thuê nhà, trả tiền nhà, tiền điện, bồi thường, phiếu thực phẩm, không có tiền,
  hết tiền, cần tiền, tiền bạc, thiếu tiền, tiền điện nước
job_training_employment: việc làm, tìm việc, tìm việc làm, công việc, đào tạo nghề, xin việc,
  học nghề, làm việc, giấy phép lao động, nghề nghiệp, kiếm việc
child_care: giữ trẻ, nhà trẻ, trông trẻ, giữ con, mẫu giáo, chăm sóc trẻ em, trông con, chăm con
reunification_repatriation: về nước, về nhà, về việt nam, đoàn tụ, đoàn tụ gia đình, tìm gia đình,
  hồi hương, lãnh sự quán, đại sứ quán, trở về, tìm người thân
identity_documents: giấy tờ, hộ chiếu, giấy khai sinh, thẻ căn cước, mất giấy tờ, mất hộ chiếu,
  bằng lái, chứng minh nhân dân, thẻ an sinh xã hội, căn cước
crisis_intervention: khủng hoảng, khẩn cấp, tự tử, tự sát, muốn chết, đường dây nóng, cấp cứu,
  hiếp dâm, cưỡng hiếp, cứu, đánh tôi, không muốn sống
case_management: nhân viên xã hội, người quản lý hồ sơ, quản lý trường hợp, cán sự xã hội

woman: phụ nữ, đàn bà, con gái, nữ, bà mẹ, cô gái, mẹ
man: đàn ông, nam giới, con trai, nam
nonbinary: chuyển giới, đồng tính
minor: trẻ vị thành niên, vị thành niên, thiếu niên, dưới 18 tuổi, thanh thiếu niên
adult: người lớn
foreign_national: không giấy tờ, không có giấy tờ, người nhập cư, người tị nạn, bất hợp pháp
domestic: công dân, công dân mỹ
no_id: không có căn cước
felony: tiền án, tiền sự
with_children: con nhỏ, trẻ em, có con, với con, con tôi, em bé, gia đình, các con
pets: thú cưng, chó, mèo
language-vi: tiếng việt, nói tiếng việt, người việt, biết tiếng việt
language-en: nói tiếng anh
small: tôi, cần, muốn, tìm, cho, ở, đâu, có, và, không, giúp, giúp đỡ, của, với, một, người, nào,
  gần, được, là, để, miễn phí, kiếm, xin, hãy, em, mình, bị, này, biết, nói, hoặc, đang, rất,
  bao giờ, nơi, chỗ, gần đây, hỗ trợ, dịch vụ, ai, thì, đi, tại, đến, chồng, vợ, chủ, thế nào,
  làm sao, ông, bà, anh, chị, họ, đó, khi, như, từ, hay, các, những, thôi
"""
